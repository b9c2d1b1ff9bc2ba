/** What the views of pipelines say. */
export const texts = {
  title: 'Pipelines',
  intro:
    'The definition of a DeepStream application: image, command, and how many cameras one instance carries.',
  add: 'Create pipeline',
  addVersion: 'New version',
  addVersionTitle: (name: string) => `New version of ${name}`,
  versionNote: 'Versions never change. Instances stay on theirs until you edit them.',
  empty: { title: 'No pipeline yet', text: 'Create one from a DeepStream image, then make instances of it.' },
  created: (name: string) => `Pipeline ${name} is there.`,
  versionCreated: (name: string, version: number) => `${name} has version ${version}.`,
  remove: 'Remove',
  removeTitle: 'Remove this pipeline?',
  removeText: (name: string) =>
    `${name} and all its versions are removed. Only a pipeline without instances can be.`,
  removed: (name: string) => `Pipeline ${name} is removed.`,
  form: {
    name: 'Name',
    description: 'Description',
    image: 'Image',
    imageHint: 'The container image that holds the application, with its tag or digest.',
    command: 'Command',
    commandHint: 'One argument a line. Empty: deepstream-app with its configuration.',
    cameras: 'Cameras per instance, at most',
    width: 'Width in pixels',
    height: 'Height in pixels',
  },
} as const
