import { restartAllocation, restartTask } from './restartTasks.ts';
import { showEvents } from './showEvents.ts';
import { signalTask } from './signalTask.ts';
import { stopAllocation } from './stopAllocation.ts';
import { writeIncidentReport } from './writeIncidentReport.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = { restartAllocation, restartTask, showEvents, signalTask, stopAllocation, writeIncidentReport };
