using System.Net.Sockets;

namespace Sluice.Lab.Mechanisms;

/// <summary>.NET's own sendfile: Socket.SendFileAsync for a whole file, Socket.SendPacketsAsync for a part of one.</summary>
internal sealed class SocketSendFileMechanism : ISendMechanism
{
    private const int PieceBytesMax = 1 << 30;

    /// <inheritdoc/>
    public string Name => "socket-sendfile";

    /// <inheritdoc/>
    public string Description => "Socket.SendFileAsync; for parts of a file Socket.SendPacketsAsync; the runtime calls sendfile for as much as there is";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "as many as the socket's buffer is filled", ProgramSeesData: false);

    /// <inheritdoc/>
    public int DefaultChunkBytes => PieceBytesMax;

    /// <inheritdoc/>
    public bool HasFixedChunk => true;

    /// <inheritdoc/>
    public string? WhyNotOffered() => null;

    /// <inheritdoc/>
    public async Task SendAsync(SendConnection connection)
    {
        connection.SystemCalls = null;
        await using var file = new FileStream(connection.Plan.FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        connection.ChunkTimes.Begin();
        foreach ((long positionBytes, long lengthBytes) in connection.Transfers())
        {
            if (!connection.Header.IsEmpty) connection.SendHeader();
            if (file.Length < positionBytes + lengthBytes) throw connection.ShortFile();
            if (lengthBytes == connection.Plan.FileBytes) await connection.Socket.SendFileAsync(connection.Plan.FilePath);
            else await SendPartAsync(connection.Socket, file, positionBytes, lengthBytes);
            connection.EndTransfer();
            connection.ChunkTimes.Mark();
        }
    }

    private static async Task SendPartAsync(Socket socket, FileStream file, long positionBytes, long lengthBytes)
    {
        List<SendPacketsElement> pieces = [];
        for (long doneBytes = 0; doneBytes < lengthBytes; doneBytes += PieceBytesMax)
        {
            pieces.Add(new SendPacketsElement(file, positionBytes + doneBytes, (int)Math.Min(PieceBytesMax, lengthBytes - doneBytes)));
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var arguments = new SocketAsyncEventArgs { SendPacketsElements = [.. pieces] };
        arguments.Completed += (_, _) => done.SetResult();
        if (socket.SendPacketsAsync(arguments)) await done.Task;
        if (arguments.SocketError != SocketError.Success) throw new SocketException((int)arguments.SocketError);
    }
}
