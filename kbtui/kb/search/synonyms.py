"""Words that people use for one another, in English and Chinese: a small, general table.

A group is a line: its phrases, split by `|`. A text that holds one of them holds the group's own term (`~` and the
first phrase), so that "the box reboots" meets 机器自动重启. It is about how people talk, not about single problems.
"""

from __future__ import annotations

from functools import cache

from kbtui.kb.search.stem import IRREGULAR, stem

_GROUPS = """
gpu | graphics card | video card | graphics adapter | graphic card | videocard | graphics chip | 显卡 | 独显
screen | display | monitor | picture | 显示器 | 屏幕 | 画面 | 显示屏
black screen | blank screen | no picture | no signal | screen stays black | screen goes black | screen is black | 黑屏 | 无信号 | 没信号 | 没有信号 | 不亮
login | log in | sign in | greeter | 登录 | 登陆
desktop | gui | gnome | kde | graphical session | 桌面 | 图形界面
crash | die | killed | terminated | abort | core dumped | segfault | segmentation fault | blow up | falls over | 崩溃 | 崩 | 闪退 | 挂掉 | 挂了 | 被杀 | 段错误
hang | freez | stuck | never returns | never comes back | never finishes | sits there | stands still | waits forever | no output | deadlock | not responding | unresponsive | 卡住 | 卡死 | 死机 | 挂起 | 没反应 | 无响应 | 不动了 | 假死 | 一直等
reboot | restart | reset itself | restarts itself | 重启 | 重新启动
power off | shut off | shut down | turn off | switch off | turns itself off | powers down | goes dark | poweroff | shutdown | cuts out | 关机 | 断电 | 掉电
boot | start up | startup | power on | turn on | switch on | 开机 | 启动
slow | slower | sluggish | takes forever | takes ages | speed drops | half the speed | creeping | 慢 | 变慢 | 很慢 | 龟速
stutter | lag | choppy | 卡顿 | 掉帧
fast | speed | throughput | 速度 | 吞吐
driver | 驱动
install | set up | setup | put on | 安装 | 装好 | 装上 | 装了
reinstall | install again | 重装 | 重新安装
uninstall | remove | purge | 卸载
update | upgrade | updating | 更新 | 升级
kernel | 内核
module | kmod | ko | 模块
load | insmod | modprobe | insert | 加载 | 载入
compile | build | built | make | 编译 | 构建
version | release | 版本
mismatch | does not match | differ | inconsistent | incompatible | 不匹配 | 不一致 | 不兼容 | 对不上
out of memory | oom | not enough memory | cannot allocate memory | ran out of memory | memory full | 显存不足 | 内存不足 | 显存不够 | 内存不够 | 爆显存 | 显存爆 | 内存溢出
vram | gpu memory | video memory | graphics memory | card memory | 显存
ram | system memory | host memory | main memory | 内存
allocate | alloc | reserve | malloc | 分配 | 申请
power supply | psu | supply unit | pwr supply | 电源
cable | plug | connector | wire | lead | 线 | 插头 | 接口 | 供电线
fan | fans | 风扇
hot | temperature | overheat | thermal | heat | degrees | 温度 | 过热 | 发热 | 高温 | 烫
throttle | clocks drop | clock drops | downclock | 降频
noise | loud | scream | whine | 噪音 | 吵 | 声音大 | 声音很大
burning smell | smells burnt | smoke | melted | burned | 烧焦 | 焦味 | 冒烟 | 烧了 | 烧坏 | 糊味
slot | pcie slot | 插槽 | 卡槽
riser | extension cable | 延长线 | 转接卡 | 转接线
motherboard | mainboard | mobo | 主板
bios | uefi | firmware setup | firmware | 固件
secure boot | secureboot | mok | 安全启动
laptop | notebook | 笔记本
suspend | sleep | resume | wake | hibernate | 睡眠 | 休眠 | 唤醒 | 挂起
not detected | not recognized | not recognised | does not see | doesn't see | cannot see | can't see | not visible | not found | no devices | does not show up | missing | disappeared | vanished | gone | 检测不到 | 未检测到 | 没检测到 | 没有检测到 | 没有被检测到 | 检测不出 | 找不到 | 没找到 | 识别不到 | 认不到 | 不识别 | 没识别 | 未识别 | 没有识别 | 看不到 | 消失 | 不见了 | 没了
fell off | fallen off | dropped off | lost gpu | gpu lost | 掉卡 | 掉线
fail | failed | failure | error | 失败 | 报错 | 出错 | 错误
not working | not work | does not work | doesn't work | isn't working | stopped working | broken | 不工作 | 用不了 | 不能用 | 无法使用 | 没法用 | 不好使
cannot | can't | unable | could not | couldn't | won't | will not | refuse | 无法 | 不能 | 进不去 | 不了
permission denied | not permitted | no permission | insufficient permissions | access denied | 权限 | 没权限 | 无权限
disk full | no space left | disk quota | 磁盘满 | 空间不足 | 硬盘满
disk | drive | ssd | filesystem | 磁盘 | 硬盘
container | docker | podman | 容器
image | 镜像
pod | kubernetes | k8s | 集群
node | machine | server | box | computer | pc | host | 机器 | 服务器 | 节点 | 电脑 | 主机
network | nic | interface | ethernet | 网络 | 网卡
port | 端口
firewall | 防火墙
timeout | timed out | time out | 超时
process | pid | 进程
training | train | fit | 训练
inference | predict | generate | 推理
epoch | iteration | step | 轮
batch | batch size | batchsize | 批
loss | 损失
nan | inf | not a number | infinite loss
dataloader | data loader | num workers | worker | 数据加载
multi gpu | multiple gpus | several gpus | two gpus | two cards | distributed | ddp | 多卡 | 双卡 | 多gpu | 分布式 | 单机多卡
peer to peer | p2p | 点对点
environment | env | conda | venv | virtualenv | 环境
library | shared object | dll | 动态库 | 库
package | wheel | 包 | 软件包
import | 导入
utilization | utilisation | usage | gpu util | volatile | 利用率 | 使用率 | 占用率
not used | unused | idle | does not use | runs on the cpu | cpu only | falls back to cpu | on cpu | 没用上 | 用不上 | 不用gpu | 只用cpu | 没用到
artifact | garbage | flicker | random characters | corrupted | green dots | 花屏 | 闪烁 | 乱码
old | legacy | too old | outdated | ancient | 太旧 | 太老 | 老 | 旧
new | newer | too new | latest | newest | 太新 | 最新 | 新
too big | too large | too long | does not fit | doesn't fit | 太大 | 太长 | 放不下
too small | too low | too little | not enough | insufficient | 太小 | 太低 | 不够 | 不足
random | sporadic | now and then | intermittent | sometimes | occasionally | 随机 | 偶尔 | 有时
load | under load | full load | heavy use | stress | 负载 | 满载 | 高负载
windows | win10 | win11
linux | ubuntu | debian | fedora | centos | arch
wsl | wsl2 | windows subsystem
jupyter | notebook | ipynb
virtual machine | vm | guest | proxmox | 虚拟机 | 直通 | passthrough
remote | ssh | headless | 远程
support | supported | unsupported | not supported | 支持 | 不支持
wrong | incorrect | bad | 错 | 不对 | 不正确
password | passwordless | 密码 | 免密
user | account | 用户
limit | ulimit | cap | 限制 | 上限
quota | 配额
clock | frequency | mhz | 频率 | 主频
power limit | watts | wattage | power draw | 功耗 | 瓦
path | 路径
header | headers | 头文件
compiler | gcc | clang | 编译器
repository | repo | mirror | ppa | 软件源 | 仓库
sign | signature | signed | 签名
key | 密钥
mount | 挂载
config | configuration | settings | conf | 配置 | 设置
variable | environment variable | env var | export | 环境变量
download | fetch | 下载
communicate | talk to | connect | 通信 | 连不上 | 连接
detect | recognize | recognise | see | probe | 检测 | 识别
job | task | queue | slurm | 任务 | 作业
cluster | hpc | 集群
shared memory | shm | dev shm | 共享内存
bridge | nvlink | 桥接
bus | pcie | pci | 总线
picture | image | 图像
save | checkpoint | state dict | 保存
precision | half | fp16 | bf16 | float16 | 半精度 | 混合精度
address | ip | hostname | 地址
leak | grows | growing | creeps up | keeps rising | 泄漏 | 越来越多 | 一直涨
first time | first call | first run | first iteration | 第一次 | 首次
mining | miner | 挖矿
second hand | used card | 二手
swap | swapped | replaced | changed the card | 换了 | 更换 | 换卡
works on | works fine on | other machine | other box | another computer | 另一台 | 别的机器
"""

LONGEST = 5
"""The longest Chinese word of the table, in characters."""


@cache
def words(start: str) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First stem of an English phrase to the (rest of its stems, group's term), of the phrases that begin with these
    two letters: a question holds few words, and stemming the whole table for it would take longer than the search."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group, first_word, others in _english().get(start, ()):
        entry = (tuple(stem(word) for word in others), group)
        if entry not in table.setdefault(stem(first_word), []):
            table[stem(first_word)].append(entry)
    return table


@cache
def _english() -> dict[str, list[tuple[str, str, list[str]]]]:
    """Two letters to (group's term, first word, other words). A stem begins as its word does, unless it is irregular."""
    table: dict[str, list[tuple[str, str, list[str]]]] = {}
    for group, phrase in _phrases():
        if phrase.isascii():
            first, *others = phrase.replace("'", "").split()
            table.setdefault((IRREGULAR.get(first) or first)[:2], []).append((group, first, others))
    return table


@cache
def chinese() -> dict[str, list[str]]:
    """A Chinese word to its groups' terms."""
    table: dict[str, list[str]] = {}
    for group, phrase in _phrases():
        if not phrase.isascii():
            table.setdefault(phrase, []).append(group)
    return table


def _phrases() -> list[tuple[str, str]]:
    found = []
    for line in _GROUPS.strip().splitlines():
        phrases = [phrase.strip() for phrase in line.split("|")]
        found += [("~" + phrases[0].replace(" ", "_"), phrase) for phrase in phrases]
    return found
