# Builds, runs and tests LlamaInterop on Windows; build.sh is its twin for Linux and macOS, with the same verbs.
# No param() block: PowerShell would take `-p` and the other flags of `run` for its own.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$Root = $PSScriptRoot
$Configuration = 'Release'
$CliProject = Join-Path $Root 'src/LlamaInterop.Cli'
$Cli = Join-Path $CliProject "bin/$Configuration/net10.0/llama-interop.dll"
$Results = Join-Path $Root 'build/test-results'
$script:DotNet = 'dotnet'

$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

$Usage = @'
usage: .\build.ps1 [VERB] [ARGUMENTS]

  build                  the native library and everything managed (default)
  run ARGUMENTS          llama-interop run ARGUMENTS, built first where needed
  bench ARGUMENTS        llama-interop bench ARGUMENTS, likewise
  test                   the native checks (CTest), then the managed tests (NUnit)
    --sanitize           only the native checks, with ASan and UBSan
    --full               both, and the long managed tests
  bindings               regenerate the P/Invoke layer from llamakernels.h
    --cppsharp DIR       with the CppSharp assemblies in DIR, not the package's
  clean                  delete what was built
  help                   this text

Everything but the output of `run` and `bench` and of the tests goes to stderr.
'@

function Write-Note([string]$Text) { [Console]::Error.WriteLine("build.ps1: $Text") }

function Stop-Build([string]$Text, [int]$Code = 1) {
    Write-Note $Text
    exit $Code
}

function Test-Tool([string]$Name) { $null -ne (Get-Command $Name -CommandType Application -ErrorAction SilentlyContinue) }

# Runs a program and shows what it wrote only when it fails.
function Invoke-Quietly([string]$Program, [string[]]$Arguments) {
    $ErrorActionPreference = 'Continue'
    $output = & $Program @Arguments 2>&1 | Out-String
    if ($LASTEXITCODE -eq 0) { return }
    [Console]::Error.Write($output)
    Stop-Build "failed: $Program $Arguments"
}

function Find-NativeTools {
    if (-not (Test-Tool 'cmake')) {
        Stop-Build 'CMake is missing; type: winget install Kitware.CMake Ninja-build.Ninja LLVM.LLVM'
    }
}

# Takes the first dotnet whose SDK satisfies global.json, and installs one for the user where there is none.
function Find-DotNet {
    $home10 = Join-Path $env:LOCALAPPDATA 'Microsoft/dotnet/dotnet.exe'
    foreach ($candidate in @('dotnet', $home10)) {
        if (-not (Test-Tool $candidate)) { continue }
        Push-Location $Root
        try { & $candidate --version *> $null } finally { Pop-Location }
        if ($LASTEXITCODE -eq 0) { $script:DotNet = $candidate; return }
    }
    Write-Note 'installing the .NET 10 SDK for this user'
    $installer = Join-Path ([IO.Path]::GetTempPath()) 'dotnet-install.ps1'
    Invoke-WebRequest 'https://dot.net/v1/dotnet-install.ps1' -OutFile $installer -UseBasicParsing
    & $installer -Channel 10.0 *> $null
    $script:DotNet = $home10
}

# Configures once; after that CMake itself sees what changed.
function Build-Native([string]$Name, [string[]]$Options = @()) {
    $folder = Join-Path $Root $Name
    if (-not (Test-Path (Join-Path $folder 'CMakeCache.txt'))) {
        Find-NativeTools
        $generator = @()
        if ((Test-Tool 'ninja') -and ((Test-Tool 'clang') -or (Test-Tool 'cl'))) { $generator = @('-G', 'Ninja') }
        if (Test-Tool 'clang') { $Options += '-DCMAKE_C_COMPILER=clang' }
        Write-Note "configuring and compiling the native library in $Name/"
        Invoke-Quietly 'cmake' (@('-S', $Root, '-B', $folder, "-DCMAKE_BUILD_TYPE=$Configuration") + $generator + $Options)
    }
    Invoke-Quietly 'cmake' @('--build', $folder, '--config', $Configuration, '--parallel')
}

# What goes into a managed build, the native library included; folders count too, because a deleted file leaves no other trace.
function Test-Unchanged([string]$Stamp) {
    if (-not ((Test-Path $Stamp) -and (Test-Path $Cli))) { return $false }
    $time = (Get-Item $Stamp).LastWriteTimeUtc
    $sources = @(Get-ChildItem (Join-Path $Root 'src'), (Join-Path $Root 'tests'), (Join-Path $Root 'build/lib') -Recurse) +
        @(Get-ChildItem $Root -File -Include 'Directory.*.props', 'global.json', '*.sln' -Depth 0)
    $newer = $sources | Where-Object { $_.FullName -notmatch '[\\/](bin|obj)([\\/]|$)' -and $_.LastWriteTimeUtc -gt $time }
    return @($newer).Count -eq 0
}

# Fetches the compiler of ReadyToRun.targets into the package cache, once. Without it the programs run the same and start later.
function Get-ReadyToRun {
    $stamp = Join-Path $Root 'build/ready-to-run.stamp'
    if (Test-Path $stamp) { return }
    & $script:DotNet restore $CliProject '-p:FetchReadyToRunCompiler=true' *> $null
    if ($LASTEXITCODE -ne 0) { Write-Note 'the ReadyToRun compiler cannot be fetched: start-up will take longer' }
    New-Item $stamp -ItemType File -Force | Out-Null
}

function Build-Managed([string]$Name, [string]$What) {
    $stamp = Join-Path $Root "build/$Name.stamp"
    if (Test-Unchanged $stamp) { return }
    Get-ReadyToRun
    Write-Note "building $(Split-Path -Leaf $What)"
    $started = Get-Date
    Invoke-Quietly $script:DotNet @('build', $What, '-c', $Configuration, '-v', 'quiet', '-clp:NoSummary')
    New-Item $stamp -ItemType File -Force | Out-Null
    (Get-Item $stamp).LastWriteTime = $started
}

function Build-All {
    Build-Native 'build'
    Build-Managed 'solution' (Join-Path $Root 'LlamaInterop.sln')
}

function Invoke-Cli([string[]]$Arguments) {
    Find-DotNet
    Build-Native 'build'
    Build-Managed 'cli' $CliProject
    & $script:DotNet $Cli @Arguments
    exit $LASTEXITCODE
}

# Each check returns true when all its tests passed; what the tests print goes to the screen, not into the result.
function Test-Native([string]$Name) {
    $folder = Join-Path $Root $Name
    $report = Join-Path $folder 'test-results/ctest.xml'
    New-Item (Split-Path $report) -ItemType Directory -Force | Out-Null
    & ctest --test-dir $folder -C $Configuration --output-on-failure --no-tests=error --output-junit $report | Out-Host
    return $LASTEXITCODE -eq 0
}

function Test-Managed {
    & $script:DotNet test (Join-Path $Root 'LlamaInterop.sln') -c $Configuration --no-build `
        --results-directory $Results --logger 'trx;LogFileName=nunit.trx' | Out-Host
    return $LASTEXITCODE -eq 0
}

function Test-Default {
    Find-DotNet
    Build-All
    $native = Test-Native 'build'
    $managed = Test-Managed
    return $native -and $managed
}

function Test-Sanitized {
    Build-Native 'build-asan' @('-DLK_SANITIZE=ON')
    return Test-Native 'build-asan'
}

function Invoke-Test([string[]]$Options) {
    switch ("$Options") {
        '' { $good = Test-Default }
        '--sanitize' { $good = Test-Sanitized }
        '--full' {
            $env:LLAMAINTEROP_FULL = '1'
            $first = Test-Default
            $good = (Test-Sanitized) -and $first
        }
        '--arm64' { Stop-Build 'test --arm64 needs qemu-user: run ./build.sh test --arm64 on Linux' }
        default { Stop-Build "test: unknown options: $Options; see .\build.ps1 help" 2 }
    }
    if (-not $good) { exit 1 }
}

function Invoke-Bindings([string[]]$Options) {
    $properties = @()
    if ($Options.Count -eq 2 -and $Options[0] -eq '--cppsharp' -and (Test-Path $Options[1] -PathType Container)) {
        $properties = @("-p:CppSharpDirectory=$((Resolve-Path $Options[1]).Path)")
    } elseif ($Options.Count -ne 0) {
        Stop-Build 'bindings: the only option is --cppsharp with a folder that exists' 2
    }
    Find-DotNet
    Push-Location $Root
    try { & $script:DotNet run --project src/LlamaInterop.Bindgen -c $Configuration @properties } finally { Pop-Location }
    exit $LASTEXITCODE
}

function Clear-Build {
    $folders = @('build', 'build-asan') + @(Get-ChildItem "$Root/src/*/bin", "$Root/src/*/obj", "$Root/tests/*/bin",
        "$Root/tests/*/obj" -ErrorAction SilentlyContinue | ForEach-Object { $_.FullName })
    foreach ($folder in $folders) {
        $path = if ([IO.Path]::IsPathRooted($folder)) { $folder } else { Join-Path $Root $folder }
        if (Test-Path $path) { Remove-Item $path -Recurse -Force }
    }
}

$verb = if ($args.Count -gt 0) { "$($args[0])" } else { 'build' }
$rest = @($args | Select-Object -Skip 1 | ForEach-Object { "$_" })
switch ($verb) {
    'build' {
        if ($rest.Count -gt 0) { Stop-Build "build takes no arguments, got: $rest" 2 }
        Find-DotNet
        Build-All
    }
    { $_ -in 'run', 'bench' } { Invoke-Cli (@($verb) + $rest) }
    'test' { Invoke-Test $rest }
    'bindings' { Invoke-Bindings $rest }
    'clean' { Clear-Build }
    { $_ -in 'help', '-h', '--help' } { Write-Output $Usage }
    default { Stop-Build "unknown verb $verb; see .\build.ps1 help" 2 }
}
