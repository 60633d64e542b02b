// Mounts a page into the component's root, and hands it Streamlit's later calls.
export async function mount(component) {
  const { Page } = await import(`../pages/${component.data.module}`);
  const root = component.parentElement,
    node = root.querySelector(".lab");
  const theme = () => {
    const paper = getComputedStyle(node)
      .backgroundColor.match(/[\d.]+/g)
      ?.map(Number) ?? [255, 255, 255];
    node.classList.toggle("dark", paper[0] + paper[1] + paper[2] < 384);
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
