using Sluice.Cli;
using Sluice.Cli.Serving;

using var interrupted = new CancellationTokenSource();
IReadOnlyList<IDisposable> signals = CliConsole.ListenToSignals(interrupted);
var console = CliConsole.OfProcess();
int exitCode = await SluiceCommandLine.RunAsync(
    args, console, (options, cancellationToken) => ServeRunner.RunAsync(console, options, cancellationToken), interrupted.Token).ConfigureAwait(false);
foreach (IDisposable signal in signals) signal.Dispose();
return exitCode;
