namespace Holdfast.Config.Nginx.Schema;

/// <summary>Where a directive may stand.</summary>
[Flags]
public enum NginxContexts : uint
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>The top level of the file.</summary>
    Main = 1,

    /// <summary>events.</summary>
    Events = 2,

    /// <summary>http.</summary>
    Http = 4,

    /// <summary>A server of http.</summary>
    HttpServer = 8,

    /// <summary>location.</summary>
    Location = 16,

    /// <summary>upstream of http.</summary>
    HttpUpstream = 32,

    /// <summary>if of a server.</summary>
    ServerIf = 64,

    /// <summary>if of a location.</summary>
    LocationIf = 128,

    /// <summary>limit_except.</summary>
    LimitExcept = 256,

    /// <summary>stream.</summary>
    Stream = 512,

    /// <summary>A server of stream.</summary>
    StreamServer = 1024,

    /// <summary>upstream of stream.</summary>
    StreamUpstream = 2048,

    /// <summary>mail.</summary>
    Mail = 4096,

    /// <summary>A server of mail.</summary>
    MailServer = 8192,

    /// <summary>A block of lines instead of directives: types, map, geo, split_clients, charset_map.</summary>
    Lines = 16384,

    /// <summary>A block that is not known, so that nothing can be said of what stands in it.</summary>
    Unknown = 32768,

    /// <summary>Everywhere that directives may stand.</summary>
    Any = Lines - 1,
}
