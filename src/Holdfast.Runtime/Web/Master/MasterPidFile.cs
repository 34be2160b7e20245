using System.Globalization;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Web.Master;

/// <summary>The pid file of a master, which has another name while another program begins in its place.</summary>
internal sealed class MasterPidFile
{
    private const string OldSuffix = ".oldbin";
    private const uint Mode = 0x1A4; // 0644

    private string? _path;
    private bool _isOld;

    /// <summary>Writes our number.</summary>
    /// <param name="path">Where; what was written elsewhere before is removed.</param>
    /// <returns>What does not work, in nginx's words; null when it does.</returns>
    internal string? Write(string path)
    {
        if (path == _path)
        {
            return null;
        }
        byte[] text = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        Errno errno = FileNames.WriteAtomically(path, text, Mode);
        if (errno != Errno.Success)
        {
            return $"open() \"{path}\" failed ({ErrnoText.Of(errno)})";
        }
        Remove();
        _path = path;
        _isOld = false;
        return null;
    }

    /// <summary>Makes place for another program's.</summary>
    /// <returns>What does not work, in nginx's words; null when it does.</returns>
    internal string? StepAside() => Rename(toOld: true);

    /// <summary>The other program has ended: the name is ours again.</summary>
    /// <returns>What does not work, in nginx's words; null when it does.</returns>
    internal string? ComeBack() => Rename(toOld: false);

    /// <summary>Removes it.</summary>
    internal void Remove()
    {
        if (_path is { } path)
        {
            _ = FileNames.Remove(_isOld ? path + OldSuffix : path);
        }
        _path = null;
    }

    private string? Rename(bool toOld)
    {
        if (_path is not { } path || _isOld == toOld)
        {
            return null;
        }
        (string from, string to) = toOld ? (path, path + OldSuffix) : (path + OldSuffix, path);
        Errno errno = FileNames.Rename(from, to);
        if (errno != Errno.Success)
        {
            return $"rename() {from} to {to} failed ({ErrnoText.Of(errno)})";
        }
        _isOld = toOld;
        return null;
    }
}
