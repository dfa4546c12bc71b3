"""What `gongguan up` says when everything is ready: where to look, and in a demo whom to sign in as."""

from ops.settings import Settings


def welcome(settings: Settings) -> str:
    """The lines, Chinese beside English."""
    lines = [
        "",
        "  共管平台已就绪  Gongguan is ready",
        f"  接口与调试页面  API and explorer   {settings.address}/graphql",
        f"  运行状态        state              {settings.address}/readyz",
        f"  数据目录        home               {settings.home}",
        "  停止请按 Ctrl-C    stop with Ctrl-C",
        "",
    ]
    return "\n".join(lines)
