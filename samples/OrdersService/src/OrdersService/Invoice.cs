namespace OrdersService;

public sealed record Invoice(string OrderId, string Customer, decimal Total);
