using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Baseline;

/// <summary>The C program that serves a file by sendfile(2) and does nothing else: compiled here, run once per measurement.</summary>
internal sealed class SendfileLoop : IDisposable
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    private readonly TemporaryDirectory _directory = new();
    private readonly string _binary;

    private SendfileLoop() => _binary = Path.Combine(_directory.Path, "sendfile_loop");

    /// <summary>Compiles the program.</summary>
    /// <exception cref="UsageException">This machine has no C compiler, or it refused.</exception>
    public static SendfileLoop Compile()
    {
        var loop = new SendfileLoop();
        try
        {
            foreach (string compiler in Compilers)
            {
                if (loop.TryCompile(compiler)) return loop;
            }

            throw new UsageException("the C baseline needs a C compiler (cc, gcc or clang), and there is none; on Debian: apt-get install gcc libc6-dev");
        }
        catch
        {
            loop.Dispose();
            throw;
        }
    }

    /// <summary>Has the program send a file over and over to a reader that drops everything.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fileBytes">How much of it is sent before it begins again.</param>
    /// <param name="totalBytes">Bytes to send in all.</param>
    /// <param name="chunkBytes">Bytes per call.</param>
    /// <param name="receiveLowWaterBytes">Bytes that wake the receiver.</param>
    /// <exception cref="UsageException">The program failed.</exception>
    public SendfileLoopResult Run(string path, long fileBytes, long totalBytes, int chunkBytes, int receiveLowWaterBytes = 1)
    {
        var start = new ProcessStartInfo(_binary) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[path, Text(fileBytes), Text(totalBytes), Text(chunkBytes)]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        try
        {
            if (process.StandardOutput.ReadLine() is not { } line || !line.StartsWith("port ", StringComparison.Ordinal))
            {
                throw new UsageException($"the C baseline failed: {process.StandardError.ReadToEnd().Trim()}");
            }

            int port = int.Parse(line["port ".Length..], CultureInfo.InvariantCulture);
            using (WireSocket socket = WireSocket.Connect(new IPEndPoint(IPAddress.Loopback, port)))
            {
                socket.ReceiveLowWaterBytes = receiveLowWaterBytes;
                socket.Discard(totalBytes);
            }

            Dictionary<string, double> figures = (process.StandardOutput.ReadLine() ?? throw new UsageException("the C baseline ended early"))
                .Split(' ').Select(pair => pair.Split('='))
                .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
            process.WaitForExit();
            return new SendfileLoopResult(
                (long)figures["bytes"], figures["wall"], figures["user"], figures["system"], (long)figures["voluntary"], (long)figures["involuntary"]);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Writes a file for the program to send.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lengthBytes">How long it becomes.</param>
    public static void WriteFile(string path, long lengthBytes)
    {
        byte[] block = new byte[1 << 20];
        new Random(20_251).NextBytes(block);
        using FileStream file = File.Create(path);
        for (long left = lengthBytes; left > 0; left -= block.Length) file.Write(block, 0, (int)Math.Min(left, block.Length));
    }

    public void Dispose() => _directory.Dispose();

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // False = there is no such compiler.
    private bool TryCompile(string compiler)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "sendfile_loop.c");
        var start = new ProcessStartInfo(compiler) { RedirectStandardError = true };
        foreach (string argument in (string[])["-O2", "-o", _binary, source]) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? true : throw new UsageException($"{compiler} cannot compile {source}: {errors.Trim()}");
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
