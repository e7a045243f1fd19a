using System.Text;
using Sluice.Cli.Output;

namespace Sluice.Cli.Tests.Support;

/// <summary>Runs command lines in this process and keeps what they print.</summary>
internal static class TestCli
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    internal static async Task<CliOutcome> RunAsync(IReadOnlyList<string> arguments, string input = "", string? bootstrapServer = null)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var deadline = new CancellationTokenSource(Deadline);
        CliConsole console = Console(output, error, new MemoryStream(Encoding.UTF8.GetBytes(input)), bootstrapServer);
        int exitCode = await SluiceCommandLine.RunAsync(arguments, console, NoServe, deadline.Token);
        return new CliOutcome(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    internal static Task<CliOutcome> RunAsync(params string[] arguments) => RunAsync(arguments, "");

    internal static CliConsole Console(Stream output, TextWriter error, Stream? input = null, string? bootstrapServer = null) => new()
    {
        Input = input ?? Stream.Null,
        Output = new StandardOutput(output),
        Error = error,
        Environment = name => name == "SLUICE_BOOTSTRAP_SERVER" ? bootstrapServer : null,
    };

    internal static Task<int> NoServe(ServeOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
}
