// Downloads the desktop VS Code of a version, for machines that have none, and prints the line that lets the tests find it.
import { downloadAndUnzipVSCode } from '@vscode/test-electron';

const [version] = process.argv.slice(2);
// Its progress would go where the line does.
const reporter = { report: () => undefined, error: (error) => console.error(error) };
console.log(`VSCODE_EXECUTABLE=${await downloadAndUnzipVSCode({ version, reporter })}`);
