// @ts-check
/** Copy buttons: `data-copy` names the element whose text they copy. */
import { ref } from './dom.js';

/** @param {ParentNode} root */
export function wireCopyButtons(root) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll('[data-copy]'))) {
    button.addEventListener('click', async () => {
      const source = ref(root, button.dataset.copy ?? '');
      const label = (await copy(source)) ? 'Copied' : 'Selected: copy with the keyboard';
      button.textContent = label;
      setTimeout(() => (button.textContent = 'Copy'), 2_000);
    });
  }
}

/** Returns false on plain-HTTP pages outside localhost, which have no clipboard; selects the text then. @param {HTMLElement} source */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
