using System.Security.Cryptography;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Http;

/// <summary>Starts the servers and loads them in turns; at its end neither a process nor a file is left.</summary>
internal static class HttpRunner
{
    private const int WriteBytes = 1 << 20;
    private const int WarmUpSeconds = 2;

    /// <summary>How many runs a plan has, those that do not count among them.</summary>
    internal static int StepsCount(HttpPlan plan, int serversCount) => plan.FileSizes.Count * serversCount * (plan.Rounds + 1);

    /// <summary>Runs all of it.</summary>
    /// <returns>By file, and for each file by server.</returns>
    internal static async Task<IReadOnlyList<HttpMeasures>> RunAsync(
        HttpPlan plan, IReadOnlyList<HttpServerKind> kinds, StepDisplay display, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(plan.Folder)) throw new LabException($"there is no folder {plan.Folder} for the files; --dir names another");
        string folder = Path.Combine(Path.GetFullPath(plan.Folder), $"sluice-lab-{Guid.NewGuid():N}");
        List<HttpServerProcess> servers = [];
        try
        {
            string root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
            foreach (long fileBytes in plan.FileSizes) WriteFile(Path.Combine(root, FileName(fileBytes)), fileBytes, cancellationToken);
            foreach (HttpServerKind kind in kinds) servers.Add(await HttpServerProcess.StartAsync(kind, root, folder, time, cancellationToken));
            List<HttpMeasures> measures = [];
            foreach (long fileBytes in plan.FileSizes) measures.AddRange(await RunFileAsync(plan, fileBytes, servers, display, cancellationToken));
            return measures;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new LabException($"the files cannot be made in {plan.Folder}: {exception.Message}");
        }
        finally
        {
            foreach (HttpServerProcess server in servers) await server.DisposeAsync();
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<HttpMeasures>> RunFileAsync(
        HttpPlan plan, long fileBytes, IReadOnlyList<HttpServerProcess> servers, StepDisplay display, CancellationToken cancellationToken)
    {
        List<LoadRun>[] runs = [.. servers.Select(_ => new List<LoadRun>())];
        for (int round = -1; round < plan.Rounds; round++)
        {
            for (int step = 0; step < servers.Count; step++)
            {
                // Another one is first in each round: what follows a rest or a hot processor is not always the same.
                int index = (step + round + 1) % servers.Count;
                display.Next($"{HttpServerNames.Of(servers[index].Kind)}, {ByteSize.Format(fileBytes)}");
                bool counts = round >= 0;
                LoadRun run = await LoadRun.RunAsync(
                    servers[index], FileName(fileBytes), counts ? plan.Seconds : Math.Min(plan.Seconds, WarmUpSeconds), plan.Connections, cancellationToken);

                // The first round is for compilers and caches.
                if (counts) runs[index].Add(run);
            }
        }

        return servers.Select((server, index) => HttpMeasures.Of(server.Kind, fileBytes, runs[index]));
    }

    private static string FileName(long fileBytes) => $"{fileBytes}.bin";

    private static void WriteFile(string path, long fileBytes, CancellationToken cancellationToken)
    {
        byte[] block = RandomNumberGenerator.GetBytes((int)Math.Min(WriteBytes, fileBytes));
        using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = fileBytes });
        for (long leftBytes = fileBytes; leftBytes > 0; leftBytes -= block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Write(block.AsSpan(0, (int)Math.Min(block.Length, leftBytes)));
        }
    }
}
