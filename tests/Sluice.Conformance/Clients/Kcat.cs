using System.Diagnostics;

namespace Sluice.Conformance.Clients;

/// <summary>Runs kcat as a user does.</summary>
public static class Kcat
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(static folder => new[] { Path.Combine(folder, "kcat"), Path.Combine(folder, "kafkacat") })
        .FirstOrDefault(File.Exists);

    /// <summary>Skips the running test where kcat is missing.</summary>
    public static void SkipIfMissing() => Assert.SkipUnless(Program is not null, "kcat is not installed: apt-get install kcat, or run ./test.sh");

    /// <summary>Runs kcat to its end, which must be a good one.</summary>
    /// <param name="input">Given to its standard input.</param>
    /// <returns>What it printed on standard output.</returns>
    public static async Task<string> Run(string input, TimeSpan patience, params string[] arguments)
    {
        ProcessStartInfo start = new(Program!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(0, await errors);
            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"kcat {string.Join(' ', arguments)} did not end in time.");
        }
    }
}
