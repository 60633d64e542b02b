// Mounts a page into the component's root, and hands it Streamlit's later calls.
import { linkTo } from "./links.js";

/**
 * @param {{ parentElement: HTMLElement, data: Record<string, any>, setStateValue: (name: string, value: any) => void }}
 *   component
 */
export async function mount(component) {
  const { elsewhere } = component.data;
  if (elsewhere !== null) location.replace(linkTo(`./${elsewhere}`, location.search.slice(1))); // the link's question
  const { Page } = await import(`../pages/${component.data.module}`);
  const root = component.parentElement,
    node = /** @type {HTMLElement} */ (root.querySelector(".lab"));
  const theme = () => {
    const paper = getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? [255, 255, 255],
      [red, green, blue] = Array.from(paper, Number);
    node.classList.toggle("dark", red + green + blue < 384);
  };
  theme();
  const page = new Page(root, component.data, component);
  const watch = setInterval(theme, 1000); // Streamlit changes its variables without telling
  return {
    update() {
      theme();
    },
    close() {
      clearInterval(watch);
      page.close();
    },
  };
}
