namespace Sluice.Lab.Mechanisms;

/// <summary>A mechanism that runs inside the lab's own sender process.</summary>
internal interface ISendMechanism : IMechanism
{
    /// <summary>Does what a connection needs before the clock starts, such as a handshake; what it keeps goes into <see cref="SendConnection.State"/>.</summary>
    Task PrepareAsync(SendConnection connection) => Task.CompletedTask;

    /// <summary>Sends all transfers of one connection, in order, each with its header.</summary>
    /// <param name="connection">Its socket, file, plan and counters; used by nobody else until the task completes.</param>
    /// <returns>Complete when the socket has taken every byte and the mechanism holds no memory that the kernel still reads.</returns>
    /// <exception cref="Measuring.SendFailedException">The peer is gone, or the file is shorter than it was.</exception>
    Task SendAsync(SendConnection connection);
}
