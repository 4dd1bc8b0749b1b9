"""The Chinese twin of `kbtui.tui.words_fleet.FLEET`: the same keys, the same slots."""

from __future__ import annotations

FLEET: dict[str, str] = {
    "fleet.waiting": "已判断 {done} / {total} 个节点；按 c 停止",
    "fleet.stopping": "正在停止……",
    "fleet.open": "回车打开该节点的案例：它的回答、原因树和修复办法。",
    "fleet.no_answer": "它没有可以打开的回答。",
    "k.fleet_open": "打开、展开",
    "k.fleet_sort": "排序",
    "k.fleet_stop": "停止",
    "h.fleet": "节点按问题分组。在组上按回车展开，在节点上按回车打开它的案例。新的组排在最后；s 按故障大小排序。c 停止仍在进行的检查，已得到的结果保留。",
}
