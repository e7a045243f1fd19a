using System.Diagnostics;

namespace Sluice.Differential.Tools;

/// <summary>What one of Kafka's own tools printed and how it ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output)
{
    /// <summary>The result, if the tool says that it went well.</summary>
    public ToolResult Succeeded()
    {
        ExitCode.ShouldBe(0, Output);
        return this;
    }
}

/// <summary>Runs Kafka's own tools as a user does.</summary>
internal static class KafkaTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task<ToolResult> Run(params string[] arguments) => RunWith("", arguments);

    /// <param name="input">What the tool reads from its standard input.</param>
    public static async Task<ToolResult> RunWith(string input, params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(RunSettings.KafkaFolder!, "kafka"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return new ToolResult(process.ExitCode, $"{await output}{await errors}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"kafka {string.Join(' ', arguments)} did not end in time.");
        }
    }
}
