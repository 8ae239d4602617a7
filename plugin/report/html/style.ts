/** Stylesheet of the page. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d5dae0;--box:#f4f6f8;--error:#b3261e;--warning:#8a5a00;--info:#2b5fa8;--good:#1a7f37}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#dfe3e8;--soft:#9aa4af;--line:#343a41;--box:#1d2125;--error:#ff8a80;--warning:#f0b849;--info:#82b4ff;--good:#6fd08c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1.25rem 1rem 3rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;line-height:1.4;margin:0 0 .3rem}
h4{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);margin:.9rem 0 .25rem}
p{margin:.3rem 0}
a{color:var(--info)}
ul,ol{margin:.2rem 0;padding-left:1.3rem}
.soft{color:var(--soft)}
.error{--tone:var(--error)}.warning{--tone:var(--warning)}.info{--tone:var(--info)}.good{--tone:var(--good)}
h1.error,h1.warning,h1.good{color:var(--tone)}
.badge{display:inline-block;font-size:.78rem;font-weight:600;padding:0 .45rem;border:1px solid var(--tone);border-radius:.3rem;color:var(--tone);white-space:nowrap}
.code{font:600 .92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:nowrap}
article{border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:.4rem;padding:.8rem 1rem;margin:.9rem 0}
pre,td.mono{font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:.3rem 0;padding:.45rem .6rem;background:var(--box);border-radius:.3rem;white-space:pre-wrap}
pre code{user-select:all;font:inherit}
pre.wide{white-space:pre;overflow-x:auto}
pre .on{color:var(--soft);user-select:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem;overflow-wrap:normal}
th{text-align:left;font-size:.75rem;letter-spacing:.03em;color:var(--soft);font-weight:600}
th,td{padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.text,.evidence td{overflow-wrap:anywhere}
.evidence td:first-child{width:28%}.evidence td:last-child{width:20%}
.nodes{font-size:.82rem}.nodes td{white-space:nowrap}
details{border-bottom:1px solid var(--line);padding:.3rem 0}
summary{cursor:pointer}
details>div{padding:.2rem 0 .6rem 1.1rem}
@media (max-width:40rem){.evidence thead{display:none}.evidence tr,.evidence td:nth-child(n){display:block;width:auto;border:0;padding:0}.evidence tr{padding:.35rem 0;border-bottom:1px solid var(--line)}.evidence td[data-label]:not(:empty)::before{content:attr(data-label) ": ";color:var(--soft);font-family:system-ui,sans-serif}article{padding:.7rem .8rem}}
@media print{pre.wide{white-space:pre-wrap}:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--box:#f6f6f6;--error:#a00;--warning:#740;--info:#036;--good:#060}body{max-width:none;padding:0;font-size:10.5pt}tr,pre{break-inside:avoid}h2,h3,h4{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto}.scroll{overflow:visible}table{font-size:8pt}.nodes{font-size:6.5pt}.nodes td{white-space:normal}.nodes th,.nodes td{padding-right:.3rem}.nodes th{font-size:6pt}.nodes td{overflow-wrap:anywhere}}
`

/** Base64 SHA-256 of `style` for a Content-Security-Policy that allows only this stylesheet. */
export const styleHash = 'sha256-t7pdfS68NpDslvNppWYqy6Xt0z9j0lDP62LmYVFCPm8='
