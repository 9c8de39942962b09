// The picture and its maps travel once, to this component. What changes (the look that the address tells, the latest
// answer) is small and comes through a second one, control.js. Either may come first.

globalThis.hunchPictures ||= { stages: new Map(), controls: new Map() };

export default function ({ data, parentElement: root, setTriggerValue }) {
  const { stages, controls } = globalThis.hunchPictures;
  root.stage ||= newStage(root);
  root.stage.control = (control) => takeControl(root.stage, control);
  stages.set(data.group, root.stage);
  takeData(root.stage, data, setTriggerValue);
  const control = controls.get(data.group);
  if (control) takeControl(root.stage, control);
  return () => {
    root.stage.observer.disconnect();
    if (stages.get(data.group) === root.stage) stages.delete(data.group);
  };
}

function takeControl(stage, { look, answer }) {
  takeLook(stage, look);
  if (stage.asking) takeAnswer(stage, answer);
}
