import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Deed } from '../../commands/command.ts';
import type { Commands } from './chooseCommand.ts';
import { openTerminal, type ShowTerminal, type Used } from './openTerminal.ts';

/** What it is called where a task has to be chosen first. */
export const execTitle = 'Exec into a task';

/**
 * A terminal in a task that runs the first of `commands` that is there.
 *
 * @param show what becomes of the terminal; it comes to the front where undefined
 */
export function execDeed(given: Used, chosen: ChosenTask, commands: Commands, show?: ShowTerminal): Deed {
  const name = taskWords(chosen);
  return {
    title: `Exec into ${name}`,
    place: chosen.place,
    detail: [],
    button: 'Exec',
    progress: `Opening a terminal in ${name}`,
    act: () => {
      openTerminal(given, chosen, commands, show);
      return Promise.resolve(undefined);
    },
  };
}
