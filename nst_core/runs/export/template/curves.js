Plotly.newPlot("curves", drawn.data, drawn.layout, {responsive: true, displaylogo: false, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]]});
