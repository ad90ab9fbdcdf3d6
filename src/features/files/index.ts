import { command, type CommandsOf } from '../../commands/command.ts';
import * as browseFiles from './browseFiles.ts';
import * as compareFile from './compareFile.ts';
import * as downloadFiles from './downloadFiles.ts';
import * as followFile from './followFile.ts';
import * as openFilesInExplorer from './openFilesInExplorer.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  browseFiles: typeof browseFiles.manifest;
  compareFile: typeof compareFile.manifest;
  downloadFiles: typeof downloadFiles.manifest;
  followFile: typeof followFile.manifest;
  openFilesInExplorer: typeof openFilesInExplorer.manifest;
}> = {
  browseFiles: command(browseFiles.entry, browseFiles.browseFiles),
  compareFile: command(compareFile.entry, compareFile.compareFile),
  downloadFiles: command(downloadFiles.entry, downloadFiles.downloadFiles),
  followFile: command(followFile.entry, followFile.followFile),
  openFilesInExplorer: command(openFilesInExplorer.entry, openFilesInExplorer.openFilesInExplorer),
};
