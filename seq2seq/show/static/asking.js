// Questions to the server.

/** Asks one thing at a time: a new question takes back the one before. */
export class Asker {
  constructor() {
    this.controller = null;
  }

  /**
   * The answer to a POST of JSON; null where a later question has come before it.
   * @param {string} path
   * @param {object} question
   * @returns {Promise<any>}
   * @throws {Error} with the server's own line, where it refuses
   */
  async ask(path, question) {
    this.forget();
    const controller = new AbortController();
    this.controller = controller;
    try {
      return await answerOf(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(question),
        signal: controller.signal,
      });
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    }
  }

  /** Wait for nothing any more. */
  forget() {
    this.controller?.abort();
  }
}

/**
 * The JSON that is at a path.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 * @throws {Error} with the server's own line, where it refuses
 */
export async function answerOf(path, options) {
  const answer = await reached(path, options);
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  return data;
}

async function reached(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    throw new Error("the server cannot be reached");
  }
}
