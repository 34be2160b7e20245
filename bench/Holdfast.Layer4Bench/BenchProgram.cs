using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;

namespace Holdfast.Layer4Bench;

/// <summary>A program of peers.bpf.c with its tables, and the interfaces that it is attached to.</summary>
internal sealed class BenchProgram : IDisposable
{
    private readonly BpfObject _object;
    private readonly List<XdpLink> _links = [];

    private BenchProgram(BpfObject loaded) => _object = loaded;

    internal BpfMap this[string map] => _object[map];

    internal static BenchProgram Load(string path, string program)
    {
        Errno errno = BpfObject.TryLoad(
            File.ReadAllBytes(path), new() { Program = program }, out BpfObject? loaded, out string? problem);
        LinuxException.ThrowIf(errno, $"load the program {program}: {problem}");
        return new(loaded!);
    }

    /// <summary>Attaches it to an interface of the network namespace of the calling thread, in native mode.</summary>
    internal bool Attach(int interfaceIndex)
    {
        LinuxException.ThrowIf(
            XdpLink.TryAttach(interfaceIndex, _object.Program, XdpMode.Native, out XdpLink? link), "attach a program");
        _links.Add(link!);
        return true;
    }

    public void Dispose()
    {
        _links.ForEach(static link => link.Dispose());
        _object.Dispose();
    }
}
