using System.Net.Sockets;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Comparing;
using Sluice.Bench.Load.Reporting;
using Sluice.Client;

namespace Sluice.Bench.Load.CommandLine;

/// <summary>The program: finds the command, runs it, writes its report.</summary>
internal static class LoadProgram
{
    private const string Help = """
        sluice-load COMMAND [options]: puts load on a Kafka broker and counts what that costs the broker.

        Commands
          produce            produce batches
          fetch              fill partitions, then fetch them over and over
          tail               batches at fixed times to consumers (--connections) that wait for each
          pingpong           exchange small requests
          startup            start the broker on an empty directory until it answers
          sendfile-loop      the C baseline alone
          compare-sendfile   the broker's fetch beside the C baseline, in turns
          compare-append     produce into a broker with log.append=buffered and one with mapped, in turns
          crowd              produce at a fixed rate, alone and beside 5,000 idle connections and 500 that hardly read, in turns
          compare            many workloads on Sluice and on Apache Kafka, in turns, as Markdown tables (bench/compare runs it)
          report             everything that docs/benchmarks.md shows, as Markdown tables

        The broker
          --broker PATH            start this one: the binary or its .dll
          --kafka FOLDER           an Apache Kafka, for compare: its script 'kafka' takes 'start DIR PORT [name=value ...]'
          --set NAME=VALUE         a setting for it; repeatable
          --data DIR               its directory [default: a new one, removed afterwards]
          --bootstrap-server H:P   use one that runs
          --broker-pid PID         its process, for its costs

        The load
          --seconds S              length of the run [default: 5]
          --megabytes MB           end by bytes instead; per round for sendfile-loop and compare-sendfile [default there: 4000]
          --warmup S               not counted, before the run [default: 1]
          --rate N                 requests per second of all connections, sent on time whatever the broker does [default: as fast as answers come]
          --connections N          [default: 1]        --in-flight N   unanswered requests of each [default: 1]
          --partitions N           [default: 1]        --acks 0|1|all  [default: 1]
          --record-bytes N         [default: 1024]     --batch-bytes N [default: 65536]
          --compression CODEC      none, gzip, snappy, lz4 or zstd [default: none]
          --fetch-max-bytes N      [default: 1048576]  --file-megabytes MB  what is fetched [default: 256]
          --ping KIND              fetch (of nothing) or api-versions [default: fetch]
          --rounds N               repetitions of startup, sendfile-loop and compare-* [default: 5]
          --chunk-bytes N          per sendfile of the C baseline [default: 65536]
          --idle S                 before startup reads the idle memory [default: 5]
          --receive-low-water N    bytes that wake a reader (SO_RCVLOWAT) [default: 1]
          --prepare-megabytes MB   write to so much memory and free it before producing, so that a virtual machine has it at hand [default: 0]
          --only TEXT,TEXT         of compare only the workloads with one of these in their names
          --output DIR             where compare writes compare.json and plots
          --json                   one JSON document instead of a table
        """;

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Command and options.</param>
    /// <param name="output">Gets the report.</param>
    /// <param name="errors">Gets what went wrong.</param>
    /// <param name="cancellationToken">Gives up between phases.</param>
    /// <returns>0, or 1 when something went wrong, or 2 for a mistake in the command line.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (arguments.Count == 0 || arguments.Contains("--help"))
        {
            await output.WriteLineAsync(Help);
            return 0;
        }

        try
        {
            LoadOptions options = LoadOptions.Read(arguments.Skip(1));
            if (arguments[0] == "report")
            {
                await ReportCommand.RunAsync(options, output, cancellationToken);
                return 0;
            }

            if (arguments[0] == "compare")
            {
                await CompareCommand.RunAsync(options, output, cancellationToken);
                return 0;
            }

            Report report = await RunAsync(arguments[0], options, cancellationToken);
            report.Write(output, options.Json);
            return 0;
        }
        catch (UsageException exception)
        {
            await errors.WriteLineAsync($"sluice-load: {exception.Message}");
            return 2;
        }
        catch (Exception exception) when (exception is KafkaException or IOException or InvalidDataException or SocketException)
        {
            await errors.WriteLineAsync($"sluice-load: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Runs one command.</summary>
    /// <exception cref="UsageException">There is no such command, or its options do not fit.</exception>
    public static Task<Report> RunAsync(string command, LoadOptions options, CancellationToken cancellationToken) => command switch
    {
        "produce" => ProduceCommand.RunAsync(options, cancellationToken),
        "fetch" => FetchCommand.RunAsync(options, cancellationToken),
        "pingpong" => PingPongCommand.RunAsync(options, cancellationToken),
        "tail" => TailLoad.RunAsync(options with { Rate = options.Rate ?? 500 }, options.Connections, cancellationToken),
        "startup" => StartupCommand.RunAsync(options, cancellationToken),
        "sendfile-loop" => Task.FromResult(SendfileLoopCommand.Run(options, cancellationToken)),
        "compare-append" => CompareAppendCommand.RunAsync(options, cancellationToken),
        "crowd" => CrowdCommand.RunAsync(options, cancellationToken),
        "compare-sendfile" => CompareSendfileCommand.RunAsync(options, cancellationToken),
        _ => throw new UsageException($"there is no command '{command}'; --help lists them"),
    };
}
