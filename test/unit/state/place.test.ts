import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { elsewhereWords, isShown, placeOfJob, placeWords, regionName } from '../../../src/state/tables/place.ts';
import type { Place, Surroundings } from '../../../src/state/tables/place.ts';

const here: Surroundings = { shown: { namespace: '*', region: 'east' }, chosenRegion: undefined, agentRegion: 'east' };
const within = (namespace: string, region?: string): Place => ({ namespace, region });

describe('the place of a job', () => {
  const cases: readonly [what: string, job: object, surroundings: Partial<Surroundings>, place: Place][] = [
    ['is the default namespace where all are shown', {}, {}, within('default')],
    ['is the namespace that is shown', {}, { shown: { namespace: 'shop', region: 'east' } }, within('shop')],
    [
      'is the job’s namespace first',
      { Namespace: 'team-a' },
      { shown: { namespace: 'shop', region: 'east' } },
      within('team-a'),
    ],
    ['takes nothing for nothing', { Namespace: '', Region: null }, {}, within('default')],
    ['is the job’s region', { Region: 'west' }, {}, within('default', 'west')],
    ['is here where the job names the region that is shown', { Region: 'east' }, {}, within('default')],
    [
      'is here where the job says "global", which stands for the agent’s region',
      { Region: 'global' },
      {},
      within('default'),
    ],
    [
      'is the agent’s region for "global", whatever region is looked at through it',
      { Region: 'global' },
      { chosenRegion: 'west', shown: { namespace: '*', region: 'west' } },
      within('default', 'east'),
    ],
    [
      'is the chosen region where the job names none',
      {},
      { chosenRegion: 'west', shown: { namespace: '*', region: 'west' } },
      within('default'),
    ],
    [
      'is named where the agent does not tell its region',
      { Region: 'east' },
      { agentRegion: undefined, shown: { namespace: '*', region: undefined } },
      within('default', 'east'),
    ],
    [
      'is where Nomad puts "global" where nothing is known',
      { Region: 'global' },
      { agentRegion: undefined, shown: { namespace: '*', region: undefined } },
      within('default'),
    ],
  ];
  for (const [what, job, surroundings, place] of cases) {
    it(what, () => {
      assert.deepEqual(placeOfJob(job, { ...here, ...surroundings }), place);
    });
  }
});

describe('a place in words', () => {
  const all = here.shown;
  const one = { namespace: 'default', region: 'east' };
  const unnamed = { namespace: '*', region: 'global' };
  const cases: readonly [Place, Surroundings['shown'], string][] = [
    [within('default'), unnamed, 'Namespace default.'],
    [within('default'), all, 'Namespace default. Region east.'],
    [within('team-a'), all, 'Namespace team-a. Region east.'],
    [within('team-a'), one, 'In namespace team-a, not in default, which is shown. Region east.'],
    [within('team-a'), { ...unnamed, namespace: 'default' }, 'In namespace team-a, not in default, which is shown.'],
    [within('default', 'west'), all, 'In region west, not in east, which is shown. Namespace default.'],
    [within('default', 'west'), one, 'In region west, not in east, which is shown. Namespace default.'],
    [within('team-a', 'west'), one, 'In region west and namespace team-a, not in east and default, which are shown.'],
    [
      within('default', 'west'),
      { namespace: '*', region: undefined },
      'In region west; which region is shown is not known. Namespace default.',
    ],
    [
      within('team-a', 'west'),
      { namespace: 'default', region: undefined },
      'In region west and namespace team-a; which region is shown is not known.',
    ],
    [within('default'), { namespace: '*', region: undefined }, 'Namespace default.'],
  ];
  for (const [place, shown, words] of cases) {
    it(words, () => {
      assert.equal(placeWords(place, shown), words);
      assert.equal(elsewhereWords(place, shown) === undefined, isShown(place, shown));
    });
  }

  it('names the region where people gave it a name', () => {
    assert.equal(regionName(within('default'), all), 'east');
    assert.equal(regionName(within('default'), unnamed), undefined);
    assert.equal(regionName(within('default', 'global'), all), 'global');
  });
});
