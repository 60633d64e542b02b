// Mounts the lab into the component's root, and hands it Streamlit's later calls.
import { Lab } from "./main.js";

export function mount(component) {
  const root = component.parentElement, node = root.querySelector(".lab");
  const theme = () => {
    const paper = getComputedStyle(node).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [255, 255, 255];
    node.classList.toggle("dark", paper[0] + paper[1] + paper[2] < 384);
  };
  theme();
  const lab = new Lab(root, component.data, component);
  const watch = setInterval(theme, 1000); // Streamlit changes its variables without telling
  return {
    update() { theme(); },
    close() { clearInterval(watch); lab.close(); },
  };
}
