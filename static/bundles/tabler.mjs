// The parts of Bootstrap that our templates use; Tabler's own bundle carries three times as much.
import Dropdown from "bootstrap/js/src/dropdown.js"
import "bootstrap/js/src/offcanvas.js"

window.bootstrap = { Dropdown }
