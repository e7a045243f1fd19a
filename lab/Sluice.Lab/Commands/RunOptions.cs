using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Commands;

/// <summary>The options of every command that sends a file, and what they make of a plan.</summary>
internal sealed class RunOptions
{
    private const long FileBytesMax = 1L << 50;

    /// <summary>A file of the user's.</summary>
    internal Option<string?> File { get; } = new("--file") { Description = "Send this file instead of a test file that is made and removed", HelpName = "PATH" };

    /// <summary>Where the test file is made.</summary>
    internal Option<string?> Folder { get; } = new("--dir") { Description = "Folder of the test file: on a disk, or /dev/shm for one in memory. Default: the folder for temporary files", HelpName = "FOLDER" };

    /// <summary>Size of the test file.</summary>
    internal Option<long?> Size { get; } = LabOptions.Size("--size", "Size of the test file. Default: 1GiB", 1, FileBytesMax);

    /// <summary>Which mechanisms.</summary>
    internal Option<string?> Mechanisms { get; } = new("--mechanisms") { Description = "Which mechanisms, separated by commas. Default: all", HelpName = "NAME,NAME" };

    /// <summary>Bytes per call.</summary>
    internal Option<long?> Chunk { get; } = LabOptions.Size("--chunk", "Bytes per call, where the mechanism's name does not say it. Default: 1MiB", 1 << 10, 1 << 30);

    /// <summary>Rounds.</summary>
    internal Option<int?> Rounds { get; } = LabOptions.Number("--rounds", "Runs of each, in turns. Default: 5", 1, 1000);

    /// <summary>Header before each transfer.</summary>
    internal Option<long?> Header { get; } = LabOptions.Size("--header", "Bytes of a header before each transfer. Default: none", 0, 1 << 20);

    /// <summary>How header and file are joined.</summary>
    internal Option<HeaderJoin> Join { get; } = LabOptions.Choice("--join", "What joins the header and the file: MSG_MORE, TCP_CORK or nothing.", HeaderJoin.More);

    /// <summary>Nagle's algorithm.</summary>
    internal Option<bool> Nagle { get; } = new("--nagle") { Description = "Leave TCP_NODELAY off" };

    /// <summary>SO_SNDBUF.</summary>
    internal Option<long?> SendBuffer { get; } = LabOptions.Size("--send-buffer", "SO_SNDBUF. Default: the kernel tunes it", 4 << 10, 1 << 30);

    /// <summary>SO_RCVLOWAT.</summary>
    internal Option<long?> LowWater { get; } = LabOptions.Size("--low-water", "SO_RCVLOWAT: the receiver is woken when that much is there. Default: one byte", 1, 1 << 30);

    /// <summary>What the receiver does.</summary>
    internal Option<ReceiverMode> Receiver { get; } = LabOptions.Choice("--receiver", "What the receiver does with the bytes: drops them in the kernel, reads them, or checks them.", ReceiverMode.Discard);

    /// <summary>Page cache.</summary>
    internal Option<CacheState> Cache { get; } = LabOptions.Choice("--cache", "Whether the file is in the page cache when a run begins.", CacheState.Warm);

    /// <summary>JSON instead of tables.</summary>
    internal Option<bool> Json { get; } = new("--json") { Description = "One JSON document instead of tables" };

    /// <summary>Folder of the report.</summary>
    internal Option<string?> Out { get; } = LabOptions.Out();

    /// <summary>Adds all of them.</summary>
    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[File, Folder, Size, Mechanisms, Chunk, Rounds, Header, Join, Nagle, SendBuffer, LowWater, Receiver, Cache, Json, Out])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The file to send; the caller disposes it.</summary>
    /// <exception cref="LabException">There is none, or none can be made.</exception>
    internal TestFile OpenFile(ParseResult parsed, long defaultBytes, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(File) is { } path)
        {
            if (parsed.GetValue(Size) is not null || parsed.GetValue(Folder) is not null) throw LabException.Usage("--file sends a file as it is: --size and --dir are for a test file");
            return TestFile.Open(path);
        }

        return TestFile.Create(parsed.GetValue(Folder) ?? Path.GetTempPath(), parsed.GetValue(Size) ?? defaultBytes, cancellationToken);
    }

    /// <summary>The mechanisms asked for, divided by whether this machine offers them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="defaultNames">If nothing was asked for; null = all there are.</param>
    /// <exception cref="LabException">One of the names is none, or none of them is offered.</exception>
    internal MechanismSelection SelectOffered(ParseResult parsed, IReadOnlyList<string>? defaultNames = null)
    {
        IReadOnlyList<string>? names = parsed.GetValue(Mechanisms)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? defaultNames;
        return MechanismSelection.Of(names is null ? MechanismCatalog.All : [.. names.Select(MechanismCatalog.Find).Distinct()]);
    }

    /// <summary>The plan of one mechanism: one transfer of the whole file on one connection, with these options.</summary>
    internal TransferPlan CreatePlan(ParseResult parsed, IMechanism mechanism, TestFile file) => new()
    {
        Mechanism = mechanism.Name,
        FilePath = file.Path,
        FileBytes = file.LengthBytes,
        TransferBytes = file.LengthBytes,
        ChunkBytes = mechanism.HasFixedChunk ? mechanism.DefaultChunkBytes : (int)(parsed.GetValue(Chunk) ?? mechanism.DefaultChunkBytes),
        HeaderBytes = (int)(parsed.GetValue(Header) ?? 0),
        Join = parsed.GetValue(Join),
        NoDelay = !parsed.GetValue(Nagle),
        SendBufferBytes = (int)(parsed.GetValue(SendBuffer) ?? 0),
        ReceiveLowWaterBytes = (int)(parsed.GetValue(LowWater) ?? 0),
        Receiver = parsed.GetValue(Receiver),
        Cache = parsed.GetValue(Cache),
    };

    /// <summary>What runs of these plans have in common, for a report.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Describe(ParseResult parsed, TransferPlan plan, int roundsCount) =>
    [
        new("file", $"{ByteSize.Format(plan.FileBytes)}{(parsed.GetValue(File) is { } path ? $", {path}" : ", random bytes")}, {(plan.Cache == CacheState.Warm ? "in the page cache" : "dropped from the page cache before each run")}"),
        new("receiver", plan.Receiver switch
        {
            ReceiverMode.Discard => "drops the bytes in the kernel (MSG_TRUNC)",
            ReceiverMode.Read => "reads the bytes",
            _ => "reads the bytes and computes SHA-256",
        } + (plan.ReceiveLowWaterBytes > 0 ? $", SO_RCVLOWAT {ByteSize.Format(plan.ReceiveLowWaterBytes)}" : "")),
        new("socket", $"TCP over loopback, TCP_NODELAY {(plan.NoDelay ? "on" : "off")}, SO_SNDBUF {(plan.SendBufferBytes > 0 ? ByteSize.Format(plan.SendBufferBytes) : "tuned by the kernel")}"),
        new("header", plan.HeaderBytes == 0 ? "none" : $"{ByteSize.Format(plan.HeaderBytes)} before each transfer, {plan.Join switch { HeaderJoin.More => "MSG_MORE", HeaderJoin.Cork => "TCP_CORK", _ => "not joined" }}"),
        new("rounds", $"{roundsCount}, interleaved"),
    ];
}
