namespace ShippingService;

public sealed record OrderPlaced(string Id, string Address);

public sealed record ParcelSent(string OrderId, string Label);
