// @ts-check
/** Functions that find and create elements. Text is set as text, never as markup. */

/**
 * The element marked `data-ref="name"`.
 *
 * @param {ParentNode} root
 * @param {string} name
 * @returns {any} typed by the caller: the markup is part of the page
 * @throws {Error} if the page lacks it
 */
export function ref(root, name) {
  const found = root.querySelector(`[data-ref="${name}"]`);
  if (!found) {
    throw new Error(`the page has no element with data-ref="${name}"`);
  }
  return found;
}

/**
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Sets a text only if it differs, so that screen readers do not read a live region twice. @param {Element} target @param {string} text */
export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
