using System.Diagnostics;
using System.Globalization;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Measuring;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Mechanisms;

/// <summary>The limit: a loop around sendfile(2) in C, compiled where it runs.</summary>
internal sealed class CompiledSendfileMechanism : ISenderProgram
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <inheritdoc/>
    public string Name => "c-sendfile";

    /// <inheritdoc/>
    public string Description => "a C program that calls sendfile in a loop: the limit";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "1", ProgramSeesData: false);

    /// <inheritdoc/>
    public int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public bool HasFixedChunk => false;

    /// <inheritdoc/>
    public string? WhyNotOffered() => FindCompiler() is null ? "there is no C compiler (cc, gcc or clang); on Debian: apt-get install gcc libc6-dev" : null;

    /// <inheritdoc/>
    public LabProcess Start(SendPlan plan)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-lab-c-");
        try
        {
            string binary = Path.Combine(folder.FullName, "sendfile_sender");
            Compile(binary);
            TransferPlan run = plan.Plan;
            string[] arguments =
            [
                Text(plan.Port), run.FilePath, Text(run.FileBytes), Text(run.TransferBytes), Text(run.TransfersPerConnection), Text(run.Connections),
                Text(run.ChunkBytes), Text(run.HeaderBytes), run.NoDelay ? "1" : "0", Text(run.SendBufferBytes),
            ];
            return LabProcess.Start(binary, arguments);
        }
        finally
        {
            // A program that runs needs its file no more.
            folder.Delete(recursive: true);
        }
    }

    private static void Compile(string binary)
    {
        string compiler = FindCompiler() ?? throw new LabException("c-sendfile: the C compiler is gone");
        string source = Path.Combine(AppContext.BaseDirectory, "Baseline", "sendfile_sender.c");
        var start = new ProcessStartInfo(compiler, ["-O2", "-o", binary, source]) { RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new LabException($"{compiler} could not be started");
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new LabException($"{compiler} cannot compile {source}: {errors.Trim()}");
    }

    private static string? FindCompiler() => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        from compiler in Compilers
        let path = Path.Combine(folder, compiler)
        where File.Exists(path)
        select path).FirstOrDefault();

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
