using Sluice.Lab.CommandLine;
using Sluice.Lab.Processes;

if (args is [ChildPrograms.SendArgument or ChildPrograms.ReceiveArgument or ChildPrograms.IntakeArgument, _]) return await ChildPrograms.RunAsync(args);

using var interrupted = new CancellationTokenSource();
IReadOnlyList<IDisposable> signals = LabConsole.ListenToSignals(interrupted);
int exitCode = await LabCommandLine.RunAsync(args, LabConsole.OfProcess(), interrupted.Token);
foreach (IDisposable signal in signals) signal.Dispose();
return exitCode;
