# On nixpkgs, which has all that Mailbell runs on: nix-build installer/nix/package.nix
{
  pkgs ? import <nixpkgs> { },
}:

let
  python = pkgs.python3Packages;
in
python.buildPythonApplication {
  pname = "mailbell";
  version = "0.1.0";
  pyproject = true;
  src = pkgs.lib.fileset.toSource {
    root = ../..;
    fileset = pkgs.lib.fileset.unions [
      ../../LICENSE
      ../../README.md
      ../../pyproject.toml
      ../../resources
      ../../tray
    ];
  };

  build-system = [ python.hatchling ];
  nativeBuildInputs = [ pkgs.libsForQt5.wrapQtAppsHook ];
  buildInputs = [
    pkgs.libsForQt5.qtsvg
    pkgs.libsForQt5.qtwayland
  ];
  dependencies = with python; [
    cryptography
    idna
    jeepney
    keyring
    platformdirs
    pyopenssl
    pyqt5
    pyyaml
    qt5reactor
    secretstorage
    service-identity
    tomlkit
    twisted
    zope-interface
  ];

  # The tests want desktops and servers: python3 installer/dev.py test.
  doCheck = false;
  pythonImportsCheck = [ "tray.cli" ];

  # One wrapper that knows both Python's packages and Qt's plug-ins.
  dontWrapQtApps = true;
  preFixup = ''
    makeWrapperArgs+=("''${qtWrapperArgs[@]}")
  '';
  postInstall = ''
    cp -r resources/share $out/
  '';

  meta = {
    description = "Desktop notifier for new mail over IMAP";
    homepage = "https://github.com/mailbell/mailbell";
    license = pkgs.lib.licenses.gpl3Plus;
    mainProgram = "mailbell";
    platforms = pkgs.lib.platforms.linux;
  };
}
