// Stands in for a package the bundle does not need; see esbuild.mjs.
