using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>What an accepted advertisement said.</summary>
/// <param name="Vrid">Virtual router it is about.</param>
/// <param name="Priority">Priority of its sender; 0: it leaves.</param>
/// <param name="Interval">Max Advertise Interval of its sender.</param>
/// <param name="Source">Address that sent it; breaks ties.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="AddressCount">How many addresses it lists.</param>
public readonly record struct Advert(
    Vrid Vrid, Priority Priority, TimeSpan Interval, IpAddress Source, byte Version, byte AddressCount);
