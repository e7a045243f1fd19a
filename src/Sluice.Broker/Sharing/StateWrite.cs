namespace Sluice.Broker.Sharing;

/// <summary>A change of state that is being stored: the runs that it concerns refer to it.</summary>
internal sealed class StateWrite;
