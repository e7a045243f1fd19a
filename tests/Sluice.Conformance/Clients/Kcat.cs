using System.Diagnostics;
using System.Security.Cryptography;

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
    public static async Task<string> Run(string input, TimeSpan patience, params string[] arguments) =>
        (await Run(input, static (output, token) => output.ReadToEndAsync(token), patience, arguments, exitCode: 0)).Output;

    /// <summary>Runs kcat to its end, which must be a bad one.</summary>
    /// <returns>What it printed on standard error.</returns>
    public static async Task<string> Fail(TimeSpan patience, params string[] arguments) =>
        (await Run("", static (output, token) => output.ReadToEndAsync(token), patience, arguments, exitCode: 1)).Errors;

    /// <summary>Runs kcat to its end, which must be a good one, without keeping what it prints.</summary>
    /// <returns>SHA-256 of standard output.</returns>
    public static async Task<byte[]> HashOutput(TimeSpan patience, params string[] arguments) =>
        (await Run("", static (output, token) => SHA256.HashDataAsync(output.BaseStream, token).AsTask(), patience, arguments, exitCode: 0)).Output;

    private static async Task<(T Output, string Errors)> Run<T>(
        string input, Func<StreamReader, CancellationToken, Task<T>> take, TimeSpan patience, string[] arguments, int exitCode)
    {
        ProcessStartInfo start = new(Program!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            Task<T> output = take(process.StandardOutput, deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(exitCode, await errors);
            return (await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"kcat {string.Join(' ', arguments)} did not end in time.");
        }
    }
}
