// A page with the viewer of one view.

import { mountViewer, pageData } from "./viewer.js";

mountViewer(document.querySelector("main"), pageData());
