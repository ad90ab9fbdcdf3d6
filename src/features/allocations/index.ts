import { command, type CommandsOf } from '../../commands/command.ts';
import * as restartAllocation from './restartAllocation.ts';
import * as restartTask from './restartTask.ts';
import * as showEvents from './showEvents.ts';
import * as signalTask from './signalTask.ts';
import * as stopAllocation from './stopAllocation.ts';
import * as writeIncidentReport from './writeIncidentReport.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  restartAllocation: typeof restartAllocation.manifest;
  restartTask: typeof restartTask.manifest;
  showEvents: typeof showEvents.manifest;
  signalTask: typeof signalTask.manifest;
  stopAllocation: typeof stopAllocation.manifest;
  writeIncidentReport: typeof writeIncidentReport.manifest;
}> = {
  restartAllocation: command(restartAllocation.entry, restartAllocation.restartAllocation),
  restartTask: command(restartTask.entry, restartTask.restartTask),
  showEvents: command(showEvents.entry, showEvents.showEvents),
  signalTask: command(signalTask.entry, signalTask.signalTask),
  stopAllocation: command(stopAllocation.entry, stopAllocation.stopAllocation),
  writeIncidentReport: command(writeIncidentReport.entry, writeIncidentReport.writeIncidentReport),
};
