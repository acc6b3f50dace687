/*
 * The search of the theme runs in a worker, and a page that is read from a
 * directory may start none. There it runs in a hidden frame instead.
 */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.frame = frame.contentWindow;
      this.frame.IFrameWorker = true;
      this.frame.__index = window.__index;
      this.frame.postMessage = (data) =>
        this.dispatchEvent(new MessageEvent("message", { data }));
      this.ready = new Promise((resolve, reject) => {
        const script = this.frame.document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = reject;
        this.frame.document.body.append(script);
      });
    }

    postMessage(data) {
      this.ready.then(() =>
        this.frame.dispatchEvent(new this.frame.MessageEvent("message", { data })),
      );
    }

    terminate() {
      this.frame.frameElement.remove();
    }
  };
}
