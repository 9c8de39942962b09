// Hands on to a stage what changes: its look and the latest answer.

globalThis.hunchPictures ||= { stages: new Map(), controls: new Map() };

export default function ({ data }) {
  const { stages, controls } = globalThis.hunchPictures;
  controls.set(data.group, data);
  stages.get(data.group)?.control(data);
}
