namespace ShippingService;

/// <summary>Found by Wolverine by its name. What it returns is published.</summary>
public static class OrderPlacedHandler
{
    public static ParcelSent Handle(OrderPlaced order) => new(order.Id, $"to {order.Address}");
}
