using Sluice.Cli;

using var interrupted = new CancellationTokenSource();
IReadOnlyList<IDisposable> signals = CliConsole.ListenToSignals(interrupted);
int exitCode = await SluiceCommandLine.RunAsync(args, CliConsole.OfProcess(), serve: null, interrupted.Token).ConfigureAwait(false);
foreach (IDisposable signal in signals) signal.Dispose();
return exitCode;
