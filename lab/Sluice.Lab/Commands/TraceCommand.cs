using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;
using Sluice.Lab.Reporting;
using Sluice.Lab.Tracing;

namespace Sluice.Lab.Commands;

/// <summary>System calls and copies of one transfer, step by step.</summary>
internal static class TraceCommand
{
    private static readonly IReadOnlyList<string> DefaultMechanisms = ["read-write-64k", "sendfile", "sluice"];
    private const long DefaultFileBytes = 256 << 10;
    private const long FileBytesMax = 1L << 30;

    internal static Command Create(LabConsole console)
    {
        Option<long?> size = LabOptions.Size("--size", "Bytes of the transfer. Default: 256KiB", 1, FileBytesMax);
        Option<long?> header = LabOptions.Size("--header", "Bytes of a header before it. Default: 100", 0, 1 << 20);
        Option<string?> mechanisms = new("--mechanisms") { Description = $"Which mechanisms. Default: {string.Join(',', DefaultMechanisms)}", HelpName = "NAME,NAME" };
        Option<string?> folder = new("--dir") { Description = "Folder of the test file. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("trace", "System calls and copies of one transfer, step by step, as strace sees them.") { size, header, mechanisms, folder, json, page };
        command.SetAction((parsed, cancellationToken) =>
        {
            IReadOnlyList<string> names = parsed.GetValue(mechanisms)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? DefaultMechanisms;
            IMechanism[] chosen = [.. names.Select(MechanismCatalog.Find).Distinct()];
            if (chosen.Length == 0) throw LabException.Usage("--mechanisms names none");
            return RunAsync(
                console,
                chosen,
                parsed.GetValue(folder) ?? Path.GetTempPath(),
                parsed.GetValue(size) ?? DefaultFileBytes,
                (int)(parsed.GetValue(header) ?? 100),
                parsed.GetValue(json),
                parsed.GetValue(page),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        LabConsole console, IReadOnlyList<IMechanism> mechanisms, string folder, long fileBytes, int headerBytes, bool json, string? page, CancellationToken cancellationToken)
    {
        string? pageFolder = ReportFolder.Prepare(page);
        using TestFile file = TestFile.Create(folder, fileBytes, cancellationToken);
        MachineFacts machine = MachineFacts.Collect(file.Path, console.Time);
        List<(IMechanism Mechanism, List<TraceStep> Steps)> traces = [];
        List<(IMechanism Mechanism, string Reason)> missing = [];
        await StepDisplay.RunAsync(console, mechanisms.Count, async display =>
        {
            foreach (IMechanism mechanism in mechanisms)
            {
                display.Next(mechanism.Name);
                string? reason = Strace.IsOffered ? mechanism.WhyNotOffered() : "strace is not installed; on Debian: apt-get install strace";
                if (reason is not null) missing.Add((mechanism, reason));
                else traces.Add((mechanism, await TraceAsync(mechanism, file, headerBytes, cancellationToken)));
            }

            return true;
        });

        List<ReportTable> tables = [.. traces.Select(trace => new ReportTable(
            $"{trace.Mechanism.Name}: {trace.Mechanism.Description}",
            [">step", "call", ">times", ">bytes", ">us", ">CPU copies", "what happens"],
            [.. trace.Steps.Select(Row)]))];
        if (traces.Count > 0) tables.Add(new("In all", ["mechanism", ">system calls", ">bytes copied by the processor, for each byte sent"], [.. traces.Select(trace => Sum(trace.Mechanism, trace.Steps, fileBytes + headerBytes))]));
        tables.Add(new(
            "On paper, for each byte from page cache to wire",
            ["mechanism", "CPU copies", "DMA copies", "calls per chunk", "program sees the data"],
            [.. mechanisms.Select(mechanism => (IReadOnlyList<string>)
            [
                mechanism.Name, mechanism.Theory.CpuCopies, mechanism.Theory.DmaCopies, mechanism.Theory.CallsPerChunk, mechanism.Theory.ProgramSeesData ? "yes" : "no",
            ])]));
        if (missing.Count > 0) tables.Add(new("Not traced here", ["mechanism", "why"], [.. missing.Select(entry => (IReadOnlyList<string>)[entry.Mechanism.Name, entry.Reason])]));
        var report = new LabReport
        {
            Command = "trace",
            Title = $"One transfer of {ByteSize.Format(fileBytes)}, call by call",
            Machine = machine,
            Settings = [new("header", headerBytes == 0 ? "none" : $"{ByteSize.Format(headerBytes)}, joined by MSG_MORE"), new("receiver", "drops the bytes in the kernel (MSG_TRUNC)")],
            Tables = tables,
            Notes =
            [
                "strace stops the sender at every call: the times are good for comparing calls with each other, not for anything else.",
                "Calls of the same kind that follow each other are one step. A call that this strace does not know, such as cachestat before strace 6.4, is not shown.",
                "The bytes come back to life in the receiver's copy out of its socket, which is the same for every mechanism.",
            ],
            Results = new
            {
                Traced = traces.Select(trace => new { Mechanism = trace.Mechanism.Name, trace.Steps }).ToArray(),
                NotOffered = missing.Select(entry => new { Mechanism = entry.Mechanism.Name, entry.Reason }).ToArray(),
            },
        };
        await ReportOutput.WriteAsync(console, report, json, pageFolder, cancellationToken);
        return ExitCodes.Ok;
    }

    private static async Task<List<TraceStep>> TraceAsync(IMechanism mechanism, TestFile file, int headerBytes, CancellationToken cancellationToken)
    {
        string outputPath = Path.Combine(Path.GetTempPath(), $"sluice-lab-{Guid.NewGuid():N}.strace");
        Strace? strace = null;
        try
        {
            var runner = new TransferRunner(file, (_, sender) => strace = Strace.Attach(sender.Id, outputPath));
            await runner.RunAsync(
                new TransferPlan
                {
                    Mechanism = mechanism.Name,
                    FilePath = file.Path,
                    FileBytes = file.LengthBytes,
                    TransferBytes = file.LengthBytes,
                    ChunkBytes = mechanism.DefaultChunkBytes,
                    HeaderBytes = headerBytes,
                },
                cancellationToken);
            return strace is null
                ? throw new LabException($"{mechanism.Name}: a sender that is a program of its own cannot be watched from its beginning")
                : TraceStep.Of(await strace.ReadAsync(cancellationToken));
        }
        finally
        {
            if (strace is not null) await strace.DisposeAsync();
        }
    }

    private static string[] Row(TraceStep step, int index) =>
    [
        TransferTables.Number(index + 1),
        step.Call,
        TransferTables.Number(step.Times),
        step.CpuCopies is null ? "" : TransferTables.Number(step.Bytes),
        TransferTables.Number(step.Microseconds),
        step.CpuCopies is { } copies ? TransferTables.Number(copies) : "",
        step.What,
    ];

    private static string[] Sum(IMechanism mechanism, List<TraceStep> steps, long sentBytes) =>
    [
        mechanism.Name,
        TransferTables.Number(steps.Sum(step => step.Times)),
        TransferTables.Number(steps.Sum(step => step.Bytes * (step.CpuCopies ?? 0)) / (double)sentBytes, 2),
    ];
}
