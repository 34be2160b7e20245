namespace Holdfast.Parity.Tests.Vrrp.Forgery;

/// <summary>One kind of forged packet and what must become of it.</summary>
/// <param name="Name">Name of its capture file.</param>
/// <param name="Instance">Index of the instance that counts it.</param>
/// <param name="Counter">Our counter; null: any, since the packets are garbage.</param>
/// <param name="Original">Its name in the original's JSON dump, where it has one.</param>
internal sealed record ForgedKind(string Name, int Instance, string? Counter, string? Original = null)
{
    /// <summary>The instances of <see cref="Config"/>.</summary>
    private const int Version3 = 0;
    private const int Version2 = 1;
    private const int Guarded = 2;
    private const int Unguarded = 3;

    /// <summary>Kinds that change no state and are counted by one counter each.</summary>
    internal static IReadOnlyList<ForgedKind> Refused { get; } =
    [
        new("ttl", Version3, "ip_ttl_error", "ip_ttl_err"),
        new("unicast-ttl", Guarded, "ip_ttl_error", "ip_ttl_err"),
        new("unicast-source", Guarded, "unknown_unicast_source"),
        new("unicast-default", Unguarded, "accepted_unknown_source", "advert_rcvd"),
        new("version", Version3, "version_mismatch"),
        new("type", Version3, "invalid_type_received", "invalid_type_rcvd"),
        new("checksum", Version3, "checksum_error"),
        new("length", Version3, "packet_length_error", "packet_len_err"),
        new("count", Version3, "packet_length_error", "packet_len_err"),
        new("addresses", Version3, "accepted_address_list_differs", "addr_list_err"),
        new("interval-zero", Version3, "invalid_interval"),
        new("auth-type", Version2, "invalid_auth_type", "invalid_authtype"),
        new("auth-mismatch", Version2, "auth_type_mismatch", "authtype_mismatch"),
        new("password", Version2, "auth_failure", "auth_failure"),
        new("interval", Version2, "advertisement_interval_error", "advert_interval_err"),
        new("vrid", Version3, "unknown_vrids"),
        new("flood", Version3, "advert_rcvd", "advert_rcvd"),
        new("garbage", Version3, null),
    ];

    /// <summary>
    /// Four instances: version 3, version 2 with a password, unicast with its limits set, and without.
    /// </summary>
    internal static string Config(string own, string peer, int priority)
        => "global_defs {\n    script_user root\n}\n"
            + Block("VI_3", 51, 100, priority)
            + (Block("VI_2", 52, 101, priority) with { Version = 2, Password = "secret01" })
            + Block("VI_G", 53, 102, priority) with
            {
                Unicast = [own, $"{peer} min_ttl 255 max_ttl 255"],
                More = "check_unicast_src",
            }
            + Block("VI_U", 54, 103, priority) with { Unicast = [own, peer] };

    private static InstanceText Block(string name, int vrid, int address, int priority) => new()
    {
        Name = name,
        Vrid = vrid,
        Priority = priority,
        Addresses = $"192.168.1.{address}/24",
    };
}
