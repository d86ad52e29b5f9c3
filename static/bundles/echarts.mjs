// The parts of ECharts that our pictures use, drawn as SVG. Loaded only where a chart comes into view.
import { BarChart, LineChart } from "echarts/charts"
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components"
import { init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"

use([BarChart, LineChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer])

window.echarts = { init }
