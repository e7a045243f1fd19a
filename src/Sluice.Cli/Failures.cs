using System.Net.Sockets;
using Sluice.Cli.Output;
using Sluice.Client;
using Sluice.Protocol;

namespace Sluice.Cli;

/// <summary>Turns what goes wrong into one line on standard error and an exit code.</summary>
internal static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <param name="console">Gets the line.</param>
    /// <param name="cancellationToken">Tells an interruption from other cancellations.</param>
    /// <param name="run">The command.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> ReportAsync(CliConsole console, CancellationToken cancellationToken, Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            // As after "| head": the reader has what it wanted.
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (CommandException exception)
        {
            return Report(console, exception.Message, exception.ExitCode);
        }
        catch (KafkaException exception)
        {
            return Report(console, Advise(exception), ExitCodes.Failed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(console, exception.Message, ExitCodes.Failed);
        }
    }

    /// <summary>Prints one line, whatever is in it.</summary>
    internal static int Report(CliConsole console, string message, int exitCode)
    {
        console.Error.WriteLine($"sluice: {message.ReplaceLineEndings(" ").TrimEnd()}");
        console.Error.Flush();
        return exitCode;
    }

    private static string Advise(KafkaException exception) => exception switch
    {
        { UnreachableEndpoint: not null, InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            $"{exception.Message}. The name is what --bootstrap-server says, or what the broker tells its clients (advertised.listeners)",
        { UnreachableEndpoint: not null } => $"{exception.Message}. Is a broker running? Start one with: sluice serve",
        { Error: ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge } =>
            $"{exception.Message}. Send smaller batches (--batch-bytes), or raise max.message.bytes of the topic",
        { Error: ErrorCode.InvalidReplicationFactor } => $"{exception.Message}. A cluster can keep as many replicas as it has brokers",
        { Error: ErrorCode.TopicAlreadyExists } => $"{exception.Message}. To leave it as it is: --if-not-exists",
        _ => exception.Message,
    };
}
