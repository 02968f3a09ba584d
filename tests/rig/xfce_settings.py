"""Configuration of the panel and the notification daemon, written before they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_GTK = """[Settings]
gtk-icon-theme-name=Adwaita
gtk-theme-name=Adwaita
gtk-application-prefer-dark-theme={dark}
gtk-enable-animations=0
"""

_NOTIFYD = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-notifyd" version="1.0">
  <property name="notify-location" type="uint" value="2"/>
  <property name="theme" type="string" value="Default"/>
  <property name="initial-opacity" type="double" value="1.0"/>
  <property name="do-fadeout" type="bool" value="false"/>
  <property name="do-slideout" type="bool" value="false"/>
  <property name="notification-log" type="bool" value="false"/>
  <property name="expire-timeout" type="int" value="60"/>
  <property name="expire-timeout-enabled" type="bool" value="true"/>
</channel>
"""

_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="icon-size" type="uint" value="0"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/>
        <value type="int" value="3"/><value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
"""


def write_xfce_settings(config: Path, *, dark: bool) -> None:
    """Put the configuration files below the XDG_CONFIG_HOME `config`."""
    gtk = config / "gtk-3.0"
    channels = config / "xfce4" / "xfconf" / "xfce-perchannel-xml"
    gtk.mkdir(parents=True, exist_ok=True)
    channels.mkdir(parents=True, exist_ok=True)
    (gtk / "settings.ini").write_text(_GTK.format(dark=int(dark)))
    (channels / "xfce4-notifyd.xml").write_text(_NOTIFYD)
    (channels / "xfce4-panel.xml").write_text(_PANEL.format(dark=str(dark).lower()))
