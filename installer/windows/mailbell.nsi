; Installs Mailbell for one user, without an administrator. VERSION, BUNDLE, ICON, LICENCE and OUTPUT come from build.py.
; Settings, state and passwords stay when it is removed; it starts at log-in if Mailbell's own settings say so.

!ifdef TARGET
  Target "${TARGET}" ; a trial in Wine wants amd64-unicode, which only Debian's NSIS has
!endif
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include "LogicLib.nsh"
!include "MUI2.nsh"
!define ID "Mailbell"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

Name "Mailbell"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Mailbell"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Mailbell"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Mailbell, a notifier for new mail"
VIAddVersionKey "LegalCopyright" "GPL-3.0-or-later"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\mailbell-tray.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "Spanish"

; A program that runs holds its files; one that does not run makes this end at once with code 6.
!macro END_MAILBELL
  ${If} ${FileExists} "$INSTDIR\mailbell.exe"
    nsExec::Exec '"$INSTDIR\mailbell.exe" quit'
    Pop $0
    ${If} $0 == 0
      Sleep 5000
    ${EndIf}
  ${EndIf}
!macroend

Section "Mailbell"
  !insertmacro END_MAILBELL
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}\*"
  CreateShortcut "$SMPROGRAMS\Mailbell.lnk" "$INSTDIR\mailbell-tray.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Mailbell"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\mailbell-tray.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Mailbell contributors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  !insertmacro END_MAILBELL
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\mailbell.exe"
  Delete "$INSTDIR\mailbell-tray.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Mailbell.lnk"
  DeleteRegValue HKCU "${RUN}" "Mailbell"
  DeleteRegValue HKCU "${APPROVED}" "Mailbell"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
