using Sluice.Bench.Load.CommandLine;

return await LoadProgram.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
